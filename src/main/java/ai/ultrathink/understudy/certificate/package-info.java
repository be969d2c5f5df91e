/** Files with certificates and keys. */
@NullMarked
package ai.ultrathink.understudy.certificate;

import org.jspecify.annotations.NullMarked;
