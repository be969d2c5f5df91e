package ai.ultrathink.understudy.experiment;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The actions that a model advises: 2 to 32 names, in an order that depends on the names alone, so that two models whose outputs
 * have another order are compared name by name, and of equal probabilities choose the same action. HOLD, BUY and SELL come first, in
 * this order, and the others follow in alphabetical order.
 */
public final class Actions {

    /** What is allowed, in words. */
    public static final String ALLOWED =
            "2 to 32 different names of 1 to 32 characters A-Z 0-9 _, in the order of the output";

    /** What a name has to be, in words. */
    public static final String NAME_ALLOWED = "1 to 32 characters A-Z 0-9 _";

    private static final int LEAST = 2;
    private static final int MOST = 32;
    private static final Pattern NAME = Pattern.compile("[A-Z0-9_]{1,32}");
    private static final List<String> FIRST = List.of("HOLD", "BUY", "SELL");
    private static final Comparator<String> ORDER =
            Comparator.comparingInt(Actions::rank).thenComparing(name -> name);

    /** The actions of the shipped models: HOLD, BUY, SELL. */
    public static final Actions USUAL = new Actions(FIRST);

    private final List<String> names;

    private Actions(List<String> names) {
        this.names = List.copyOf(names);
    }

    /**
     * The actions of these names, in any order.
     *
     * @throws InvalidValueException if they are not {@link #ALLOWED}
     */
    public static Actions of(Collection<String> names) {
        for (String name : names) {
            if (!named(name)) {
                throw new InvalidValueException("actions", name, NAME_ALLOWED);
            }
        }
        Set<String> different = new HashSet<>(names);
        if (names.size() < LEAST || names.size() > MOST || different.size() != names.size()) {
            throw new InvalidValueException("actions", names, ALLOWED);
        }
        List<String> ordered = inOrder(names);
        return ordered.equals(FIRST) ? USUAL : new Actions(ordered);
    }

    /** Whether a text can be the name of an action. */
    public static boolean named(String name) {
        return NAME.matcher(name).matches();
    }

    /** Names in the order of actions, each once. */
    public static List<String> inOrder(Collection<String> names) {
        return names.stream().distinct().sorted(ORDER).toList();
    }

    private static int rank(String name) {
        int place = FIRST.indexOf(name);
        return place < 0 ? FIRST.size() : place;
    }

    /** How many there are. */
    public int size() {
        return names.size();
    }

    /**
     * The name of an action.
     *
     * @param index from 0, in the order of the names
     */
    public String name(int index) {
        return names.get(index);
    }

    /** The place of an action, or -1. */
    public int indexOf(String name) {
        return names.indexOf(name);
    }

    /** The names in order. */
    public List<String> names() {
        return Collections.unmodifiableList(names);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Actions actions && names.equals(actions.names));
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }

    /** The names with commas. */
    @Override
    public String toString() {
        return String.join(", ", names);
    }
}
