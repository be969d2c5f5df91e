package ai.ultrathink.understudy.guard;

import java.util.Set;

/** Which models answer as control and which are on trial now. */
public interface RolesInUse {

    /** The names of the models whose answers callers get. */
    Set<String> controls();

    /** The names of the models that are compared with them. */
    Set<String> treatments();
}
