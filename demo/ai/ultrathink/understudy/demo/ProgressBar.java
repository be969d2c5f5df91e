package ai.ultrathink.understudy.demo;

/** Shows how far a replay is, on a terminal: a bar that grows and is gone at the end. */
final class ProgressBar {

    private static final boolean TERMINAL = Boolean.getBoolean("demo.terminal");
    private static final int WIDTH = 40;
    private static final long REDRAW_NANOS = 100_000_000;

    private final int total;
    private long drawn = System.nanoTime();
    private int done;

    ProgressBar(int total) {
        this.total = total;
    }

    synchronized void step() {
        done++;
        long now = System.nanoTime();
        if (!TERMINAL || (done < total && now - drawn <= REDRAW_NANOS)) {
            return;
        }
        drawn = now;
        int filled = (int) ((long) done * WIDTH / total);
        String bar = "   [" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "]";
        System.out.print("\r" + (done < total ? bar : " ".repeat(bar.length()) + "\r"));
        System.out.flush();
    }
}
