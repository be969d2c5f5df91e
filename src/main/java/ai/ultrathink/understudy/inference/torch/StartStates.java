package ai.ultrathink.understudy.inference.torch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds recurrent layers in a network's code whose start state does not depend on the input. Such a layer accepts as
 * many rows as its start state has, mostly one. libtorch does not check that: with more rows it writes past its memory
 * and crashes the process.
 *
 * <p>TorchScript writes one assignment per line, so an analysis by line is sufficient. A state that no line explains
 * counts as independent of the input.
 */
final class StartStates {

    private static final Pattern RECURRENT = Pattern.compile("torch\\.(?:lstm|gru|rnn_tanh|rnn_relu)\\(");
    private static final Pattern CALL = Pattern.compile("\\.([A-Za-z_]\\w*)\\(");
    private static final Pattern NAME = Pattern.compile("(?<![.\\w])[A-Za-z_]\\w*");
    /** Maximum depth of calls that are followed; deeper ones count as independent of the input. */
    private static final int DEEPEST = 64;

    private final List<ScriptMethod> methods;
    private final Map<String, List<Call>> calls = new HashMap<>();
    private final Map<String, Boolean> known = new HashMap<>();

    private record Call(ScriptMethod caller, List<String> arguments) {}

    private StartStates(List<ScriptMethod> methods) {
        this.methods = methods;
        Set<String> names = methods.stream().map(ScriptMethod::name).collect(Collectors.toSet());
        for (ScriptMethod caller : methods) {
            for (String line : caller.lines()) {
                Matcher call = CALL.matcher(line);
                while (call.find()) {
                    if (names.contains(call.group(1))) {
                        calls.computeIfAbsent(call.group(1), any -> new ArrayList<>())
                                .add(new Call(caller, ScriptMethod.arguments(line, call.end())));
                    }
                }
            }
        }
    }

    /** Whether a recurrent layer in this code begins with a state that is the same for every input. */
    static boolean fixed(List<String> code) {
        List<ScriptMethod> methods = new ArrayList<>();
        for (String file : code) {
            methods.addAll(ScriptMethod.in(file));
        }
        return new StartStates(methods).anyFixed();
    }

    private boolean anyFixed() {
        for (ScriptMethod method : methods) {
            for (String line : method.lines()) {
                Matcher layer = RECURRENT.matcher(line);
                while (layer.find()) {
                    List<String> arguments = ScriptMethod.arguments(line, layer.end());
                    if (arguments.size() > 1 && !fromInput(method, arguments.get(1), arguments.getFirst())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private boolean fromInput(ScriptMethod method, String state, String input) {
        Set<String> reached = parameters(method, state);
        Set<String> carriers = parameters(method, input);
        return reached.stream()
                .anyMatch(parameter -> carriers.contains(parameter) || comesFromInput(method, parameter, 0));
    }

    /** Whether every caller passes a value from the input for a parameter. */
    private boolean comesFromInput(ScriptMethod method, String parameter, int depth) {
        if (method.parameters().size() == 1) {
            return true;
        }
        String question = method.id() + " " + parameter;
        Boolean before = known.get(question);
        if (before != null) {
            return before;
        }
        // a recursive call adds nothing to the values that other callers pass
        known.put(question, true);
        int position = method.parameters().indexOf(parameter);
        List<Call> theirs = calls.getOrDefault(method.name(), List.of()).stream()
                .filter(call -> call.arguments.size() == method.parameters().size())
                .toList();
        boolean answer = !theirs.isEmpty()
                && depth < DEEPEST
                && theirs.stream()
                        .allMatch(call -> parameters(call.caller, call.arguments.get(position)).stream()
                                .anyMatch(handed -> comesFromInput(call.caller, handed, depth + 1)));
        known.put(question, answer);
        return answer;
    }

    /** The parameters on which an expression depends, through any number of assignments. */
    private static Set<String> parameters(ScriptMethod method, String expression) {
        Set<String> found = new HashSet<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(expression));
        while (!open.isEmpty()) {
            Matcher names = NAME.matcher(open.pop());
            while (names.find()) {
                String name = names.group();
                if (method.parameters().contains(name)) {
                    found.add(name);
                }
                if (seen.add(name)) {
                    open.addAll(method.assigned(name));
                }
            }
        }
        return found;
    }
}
