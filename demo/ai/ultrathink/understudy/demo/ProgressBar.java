package ai.ultrathink.understudy.demo;

/** How far a replay is: a bar that grows on a terminal, a line per quarter in a file. */
final class ProgressBar {

    private static final boolean TERMINAL = Boolean.getBoolean("demo.terminal");
    private static final int WIDTH = 40;
    private static final long REDRAW_NANOS = 100_000_000;

    private final int total;
    private final long started = System.nanoTime();
    private long drawn = started;
    private int done;

    ProgressBar(int total) {
        this.total = total;
    }

    synchronized void step() {
        done++;
        long now = System.nanoTime();
        if (!TERMINAL) {
            if (done * 4L / total > (done - 1) * 4L / total) {
                System.out.println("   " + state(now));
            }
        } else if (done == total || now - drawn > REDRAW_NANOS) {
            drawn = now;
            int filled = (int) ((long) done * WIDTH / total);
            System.out.print("\r   [" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + state(now) + "  ");
            System.out.print(done == total ? "\n" : "");
            System.out.flush();
        }
    }

    private String state(long now) {
        double seconds = Math.max(1e-3, (now - started) / 1e9);
        return String.format("%,d of %,d predictions, %,.0f a second", done, total, done / seconds);
    }
}
