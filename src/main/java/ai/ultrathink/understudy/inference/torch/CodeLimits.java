package ai.ultrathink.understudy.inference.torch;

import java.io.IOException;
import java.io.InputStream;

/**
 * Limits on the code of a network. libtorch calls itself for each bracket, block, operator and statement, and a process
 * ends whose stack is used up. The limits are far above what people write, and below what the stack of a thread that
 * loads a network can take.
 */
final class CodeLimits {

    private static final int MOST_BYTES = 64 << 20;
    private static final int MOST_LINES = 50_000;
    private static final int DEEPEST = 500;
    private static final int LONGEST_CHAIN = 2_000;
    private static final int INDENTATION = 2;
    private static final String OPERATORS = " .+-*/<>=%&|^@~!";

    private long bytes;
    private int lines;
    private int depth;
    private int spaces;
    private int chain;
    private boolean indenting = true;

    /**
     * Reads one file after the other.
     *
     * @throws IOException if the code exceeds a limit
     */
    void read(InputStream file) throws IOException {
        depth = 0;
        newLine();
        for (int c = file.read(); c >= 0; c = file.read()) {
            bytes++;
            if (c == '\n') {
                lines++;
                newLine();
            } else if (indenting && c == ' ') {
                spaces++;
            } else {
                indenting = false;
                // brackets in texts may have no partner
                depth = Math.max(0, depth + step(c));
                chain = c == ',' ? 0 : chain + (OPERATORS.indexOf(c) >= 0 ? 1 : 0);
            }
            check();
        }
    }

    private void newLine() {
        indenting = true;
        spaces = 0;
        chain = 0;
    }

    private static int step(int c) {
        return switch (c) {
            case '(', '[', '{' -> 1;
            case ')', ']', '}' -> -1;
            default -> 0;
        };
    }

    private void check() throws IOException {
        if (bytes > MOST_BYTES) {
            throw new IOException("its code is longer than " + MOST_BYTES + " bytes");
        }
        if (lines > MOST_LINES) {
            throw new IOException("its code has more than " + MOST_LINES + " lines");
        }
        if (depth > DEEPEST || spaces / INDENTATION > DEEPEST) {
            throw new IOException("its code is nested more than " + DEEPEST + " levels deep");
        }
        if (chain > LONGEST_CHAIN) {
            throw new IOException("its code has an expression of more than " + LONGEST_CHAIN + " operators");
        }
    }
}
