package ai.ultrathink.understudy.inference.torch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A method in the code of a network, as text.
 *
 * @param id distinguishes it from other methods of the same name
 * @param parameters the names of its parameters, without {@code self}
 * @param lines the lines of its body, without string literals
 * @param assignments the expressions assigned to each name, anywhere in the body
 */
record ScriptMethod(
        String id, String name, List<String> parameters, List<String> lines, Map<String, List<String>> assignments) {

    private static final Pattern DEFINITION = Pattern.compile("^\\s*def (\\w+)\\(");
    private static final Pattern PARAMETER = Pattern.compile("(?:^|[(,])\\s*(\\w+)\\s*:");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");

    ScriptMethod {
        parameters = List.copyOf(parameters);
        lines = List.copyOf(lines);
        assignments = Map.copyOf(assignments);
    }

    /** The methods of a file. */
    static List<ScriptMethod> in(String file) {
        List<ScriptMethod> methods = new ArrayList<>();
        List<String> lines = withoutTexts(file).lines().toList();
        String type = "";
        int at = 0;
        while (at < lines.size()) {
            Matcher definition = DEFINITION.matcher(lines.get(at));
            if (!definition.find()) {
                type = lines.get(at).startsWith("class ") ? lines.get(at) : type;
                at++;
                continue;
            }
            StringBuilder head = new StringBuilder(lines.get(at).substring(definition.end()));
            while (!lines.get(at).endsWith(":") && at + 1 < lines.size()) {
                at++;
                head.append(lines.get(at));
            }
            int end = at + 1;
            while (end < lines.size() && !DEFINITION.matcher(lines.get(end)).find()) {
                end++;
            }
            String name = definition.group(1);
            methods.add(of(type + name + file.hashCode(), name, head.toString(), lines.subList(at + 1, end)));
            at = end;
        }
        return methods;
    }

    private static ScriptMethod of(String id, String name, String head, List<String> body) {
        List<String> parameters = PARAMETER
                .matcher(head)
                .results()
                .map(found -> found.group(1))
                .filter(parameter -> !parameter.equals("self"))
                .toList();
        Map<String, List<String>> assignments = new HashMap<>();
        for (String line : body) {
            int equals = line.indexOf(" = ");
            String left = equals < 0 ? "" : line.substring(0, equals);
            for (String assigned : left.split(",", -1)) {
                // a type may follow the name
                String variable = assigned.split(":", 2)[0].strip();
                if (NAME.matcher(variable).matches()) {
                    assignments
                            .computeIfAbsent(variable, any -> new ArrayList<>())
                            .add(line.substring(equals));
                }
            }
        }
        return new ScriptMethod(id, name, parameters, body, assignments);
    }

    List<String> assigned(String variable) {
        return assignments.getOrDefault(variable, List.of());
    }

    /**
     * The arguments of a call.
     *
     * @param from the index after its opening bracket
     */
    static List<String> arguments(String line, int from) {
        List<String> arguments = new ArrayList<>();
        int depth = 0;
        int start = from;
        for (int at = from; at < line.length() && depth >= 0; at++) {
            char c = line.charAt(at);
            if (c == '(' || c == '[' || c == '{') {
                depth++;
            } else if (c == ')' || c == ']' || c == '}') {
                depth--;
            }
            if (depth < 0 || (depth == 0 && c == ',')) {
                String argument = line.substring(start, at).strip();
                if (!argument.isEmpty()) {
                    arguments.add(argument);
                }
                start = at + 1;
            }
        }
        return arguments;
    }

    /** Removes string literals. Not by a regular expression, which would recurse too deeply in a long string. */
    private static String withoutTexts(String file) {
        StringBuilder code = new StringBuilder(file.length());
        char quote = 0;
        for (int at = 0; at < file.length(); at++) {
            char c = file.charAt(at);
            if (quote == 0) {
                code.append(c);
                quote = c == '"' || c == '\'' ? c : 0;
            } else if (c == '\\') {
                at++;
            } else if (c == quote || c == '\n') {
                code.append(c);
                quote = 0;
            }
        }
        return code.toString();
    }
}
