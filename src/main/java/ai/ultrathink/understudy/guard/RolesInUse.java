package ai.ultrathink.understudy.guard;

import java.util.Set;

/** The models that are in use now as control and as treatment. */
public interface RolesInUse {

    /** The names of the models whose answers callers get. */
    Set<String> controls();

    /** The names of the models that are compared with them. */
    Set<String> treatments();
}
