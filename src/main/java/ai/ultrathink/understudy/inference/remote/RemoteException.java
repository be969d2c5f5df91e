package ai.ultrathink.understudy.inference.remote;

/** A server gave no answer that can be used. The message says what happened and, where it helps, what to do. */
public final class RemoteException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What kind of failure it is. */
    public enum Fault {
        /** No connection. */
        CONNECT,
        /** The connection ended before the reply was complete. */
        CLOSED,
        /** Not within the time. */
        TIMEOUT,
        /** The server refused: a status that is not a success. */
        STATUS,
        /** The reply is not what was asked for. */
        INVALID,
        /** Another version, or another model, answered. */
        CHANGED
    }

    private final Fault fault;
    private final boolean mayBeOneRow;

    RemoteException(Fault fault, boolean mayBeOneRow, String message) {
        super(message, null, false, false);
        this.fault = fault;
        this.mayBeOneRow = mayBeOneRow;
    }

    static RemoteException invalid(String message) {
        return new RemoteException(Fault.INVALID, true, message);
    }

    static RemoteException changed(String message) {
        return new RemoteException(Fault.CHANGED, false, message);
    }

    /** No complete reply within the time. */
    public static RemoteException timeout(long millis) {
        return new RemoteException(Fault.TIMEOUT, false, "no complete reply within " + millis + " ms");
    }

    /** The caller does not wait any more. */
    public static RemoteException unwanted() {
        return new RemoteException(Fault.TIMEOUT, false, "its answer was no longer wanted");
    }

    /** Nothing is asked any more. */
    public static RemoteException stopping() {
        return new RemoteException(Fault.CLOSED, false, "it was not asked: the service is stopping");
    }

    /** The kind of failure. */
    public Fault fault() {
        return fault;
    }

    /** Whether one row of a batch may be the cause, so that the others are answered alone. */
    public boolean mayBeOneRow() {
        return mayBeOneRow;
    }

    /** The message. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
