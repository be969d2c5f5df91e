package ai.ultrathink.understudy.storage.framework;

/** Hears how far an import is. */
public interface ImportProgress {

    /**
     * Called now and then.
     *
     * @param done rows of the test that were read so far
     * @param rows all of its rows
     */
    void read(String testId, long done, long rows);
}
