package ai.ultrathink.understudy;

import org.graalvm.nativeimage.c.function.CFunction;
import org.graalvm.nativeimage.c.function.CFunction.Transition;

/** What a native executable asks the system about its own process. The JVM has no such functions, but flags for some of it. */
final class NativeProcess {

    private static final int PRIO_PROCESS = 0;
    private static final int PR_SET_PDEATHSIG = 1;
    private static final int SIGKILL = 9;

    private NativeProcess() {}

    /** Whether this is a native executable. */
    static boolean here() {
        return System.getProperty("org.graalvm.nativeimage.imagecode") != null;
    }

    /**
     * Lowers the priority of the calling thread and of those that it starts from now on.
     *
     * @param nice 0 as usual, up to 19 for less
     * @return whether the system has done so
     */
    static boolean lowerPriority(int nice) {
        return setpriority(PRIO_PROCESS, 0, nice) == 0;
    }

    /**
     * Has the system end this process when the thread that started it ends, also while this process is stopped. Linux only.
     *
     * @return whether the system will do so
     */
    static boolean endWithParent() {
        return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0;
    }

    @CFunction(transition = Transition.NO_TRANSITION)
    private static native int setpriority(int which, int who, int priority);

    @CFunction(transition = Transition.NO_TRANSITION)
    private static native int prctl(int option, long first, long second, long third, long fourth);
}
