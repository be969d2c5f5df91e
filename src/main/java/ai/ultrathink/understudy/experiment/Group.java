package ai.ultrathink.understudy.experiment;

/** What a request was assigned to, whichever model answered it. */
public enum Group {
    CONTROL("control"),
    TREATMENT("treatment"),
    SHADOW("shadow");

    private final String wireName;

    Group(String wireName) {
        this.wireName = wireName;
    }

    /** The name in JSON, in the database and in metric labels. */
    public String wireName() {
        return wireName;
    }

    /** The group of a variant in a traffic split. */
    public static Group of(Variant variant) {
        return variant == Variant.CONTROL ? CONTROL : TREATMENT;
    }
}
