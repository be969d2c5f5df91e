/** Readers and writers of JSON columns. */
@NullMarked
package ai.ultrathink.understudy.storage.json;

import org.jspecify.annotations.NullMarked;
