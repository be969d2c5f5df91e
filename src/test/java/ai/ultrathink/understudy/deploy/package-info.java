/**
 * Holds the images, the Kubernetes manifests, the workflows and the operator's guide to what they say, as far as that is
 * possible where no container engine and no cluster is.
 */
@NullMarked
package ai.ultrathink.understudy.deploy;

import org.jspecify.annotations.NullMarked;
