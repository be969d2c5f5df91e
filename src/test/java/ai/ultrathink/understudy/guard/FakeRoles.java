package ai.ultrathink.understudy.guard;

import java.util.Set;

/** Who plays what, as a test says. */
final class FakeRoles implements RolesInUse {

    private Set<String> controls = Set.of();
    private Set<String> treatments = Set.of();

    void answering(String... models) {
        controls = Set.of(models);
    }

    void onTrial(String... models) {
        treatments = Set.of(models);
    }

    @Override
    public Set<String> controls() {
        return controls;
    }

    @Override
    public Set<String> treatments() {
        return treatments;
    }
}
