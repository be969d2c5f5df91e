package ai.ultrathink.understudy.command;

import ai.ultrathink.understudy.command.Command.Position;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Models, outcomes, and tokens. */
final class DataCommands {

    /** The roles of the service. */
    static final List<String> ROLES = List.of("caller", "viewer", "operator", "approver", "admin");

    private static final int TOKEN_BYTES = 32;

    private DataCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of("models", "Lists the models, and why one does not serve.", DataCommands::models),
                Command.of("reload", "Loads the models whose folders have changed.", DataCommands::reload),
                Command.of(
                                "outcomes",
                                "Sends realised outcomes from a file of JSON, as POST /api/v1/outcomes takes them.",
                                DataCommands::outcomes)
                        .with(new Position("FILE", "the file; - reads the standard input")),
                Command.of(
                                "token",
                                "Makes a token. The token is printed once, and the line for the file of tokens.",
                                DataCommands::token)
                        .with(new Position("NAME", "who gets it"))
                        .with(new Position("ROLES", "with commas: " + String.join(", ", ROLES))));
    }

    private static int models(Context context) {
        return show(context, context.service().get("/api/v1/models"));
    }

    private static int reload(Context context) {
        ServiceAnswer answer = context.service().post("/api/v1/models/reload");
        if (!answer.accepted()) {
            return show(context, answer);
        }
        String id = answer.json().path("reload_id").asText();
        return context.show(
                answer,
                List.of("the replicas are loading; GET /api/v1/models/reloads/" + id + " says how far they are"));
    }

    private static int show(Context context, ServiceAnswer answer) {
        TextTable table = new TextTable("MODEL", "VERSION", "DIGEST", "STATE", "REASON");
        answer.json()
                .forEach(model -> table.row(
                        model.path("name").asText(),
                        text(model.path("version")),
                        text(model.path("digest")),
                        model.path("state").asText(),
                        text(model.path("reason"))));
        return context.show(answer, table.lines());
    }

    private static String text(JsonNode node) {
        return node.isNull() ? "" : node.asText();
    }

    private static int outcomes(Context context) {
        String file = context.arguments().text("FILE");
        JsonNode body;
        try {
            byte[] text =
                    file.equals("-") ? context.machine().input().readAllBytes() : Files.readAllBytes(Path.of(file));
            body = new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new CommandException(ExitCode.USAGE, file + " is no JSON: " + e.getOriginalMessage());
        } catch (IOException | InvalidPathException e) {
            throw new CommandException(ExitCode.USAGE, file + " cannot be read: " + e.getMessage());
        }
        ServiceAnswer answer = context.service().post("/api/v1/outcomes", body);
        JsonNode taken = answer.json();
        int rejected = taken.path("rejected").size();
        context.show(
                answer,
                List.of(taken.path("accepted").asText() + " accepted, "
                        + taken.path("duplicates").asText()
                        + " known before, " + taken.path("waiting").asText() + " wait for their predictions, "
                        + rejected
                        + " rejected"));
        if (!context.json()) {
            taken.path("rejected")
                    .forEach(one -> context.out()
                            .println("outcome " + one.path("index").asText() + ": "
                                    + TextTable.printable(one.path("detail").asText())));
        }
        return rejected == 0 ? ExitCode.DONE : ExitCode.REFUSED;
    }

    private static int token(Context context) {
        String name = context.arguments().text("NAME");
        String roles = context.arguments().text("ROLES");
        if (!name.matches("[A-Za-z0-9._@-]{1,100}")) {
            throw GivenArguments.refused("NAME", name, "1 to 100 of A-Z a-z 0-9 . _ @ -");
        }
        for (String role : roles.split(",", -1)) {
            if (!ROLES.contains(role)) {
                throw GivenArguments.refused("ROLES", role, String.join(", ", ROLES));
            }
        }
        String token = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(context.machine().secret(TOKEN_BYTES));
        String line = name + " " + roles + " " + sha256(token);
        if (context.json()) {
            context.out()
                    .println(TestCommands.JSON.objectNode().put("token", token).put("line", line));
        } else {
            context.out().println("token, for " + name + " alone: " + token);
            context.out().println("line for UNDERSTUDY_TOKENS_FILE: " + line);
        }
        return ExitCode.DONE;
    }

    private static String sha256(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
