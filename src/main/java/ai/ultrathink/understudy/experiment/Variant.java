package ai.ultrathink.understudy.experiment;

/** One of the two models of an experiment. */
public enum Variant {
    CONTROL("control"),
    TREATMENT("treatment");

    private final String wireName;

    Variant(String wireName) {
        this.wireName = wireName;
    }

    /** The name in JSON, in the database and in metric labels. */
    public String wireName() {
        return wireName;
    }
}
