/** What a batch of results adds to the ledger, added up here so that the database need not do it row by row. */
@NullMarked
package ai.ultrathink.understudy.storage.ledger;

import org.jspecify.annotations.NullMarked;
