package ai.ultrathink.understudy.storage.db;

/** For fakes in other packages: what a database that does not answer fails with. */
public final class AwayDatabase {

    private AwayDatabase() {}

    public static DatabaseAwayException failure() {
        return new DatabaseAwayException("no answer");
    }
}
