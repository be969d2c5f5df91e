package ai.ultrathink.understudy.replica;

/** The experiments that this replica knows. */
public interface KnownCatalog {

    /** The version of the catalog in force here; negative before the first. */
    long version();
}
