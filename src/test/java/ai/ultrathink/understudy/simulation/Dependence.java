package ai.ultrathink.understudy.simulation;

/**
 * What requests have in common: how the models behave at one request depends on the requests before it, or on its unit.
 * One for each run, asked once for each request.
 */
@FunctionalInterface
interface Dependence {

    /** How the models behave at this request, where they usually behave like this. */
    Conditions at(Conditions usual, SimulatedUnit unit);

    /** Requests are independent of each other. */
    static Dependence none() {
        return (usual, unit) -> usual;
    }

    default Dependence and(Dependence other) {
        return (usual, unit) -> other.at(at(usual, unit), unit);
    }
}
