package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.certificate.Certificates;
import ai.ultrathink.understudy.change.AuditAction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where notices go: webhooks by their names in UNDERSTUDY_WEBHOOKS. One that is called {@code desk} has UNDERSTUDY_WEBHOOK_DESK_URL or
 * UNDERSTUDY_WEBHOOK_DESK_URL_FILE, UNDERSTUDY_WEBHOOK_DESK_FORMAT, UNDERSTUDY_WEBHOOK_DESK_SECRET_FILE,
 * UNDERSTUDY_WEBHOOK_DESK_CA_FILE and UNDERSTUDY_WEBHOOK_DESK_ACTIONS.
 *
 * @param kafka null where there is none
 */
public record NoticeSettings(
        List<Webhook> webhooks, @Nullable KafkaSettings kafka) {

    private static final String WEBHOOKS = "UNDERSTUDY_WEBHOOKS";
    private static final String PREFIX = "UNDERSTUDY_WEBHOOK_";
    private static final List<String> KEYS = List.of("URL", "URL_FILE", "FORMAT", "SECRET_FILE", "CA_FILE", "ACTIONS");

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,29}");
    private static final int MOST = 10;
    private static final Set<String> NAMES_OF_OTHERS = Set.of(EventTopic.DESTINATION, ResultLoop.DESTINATION);
    private static final String KAFKA = "UNDERSTUDY_KAFKA_";

    public NoticeSettings {
        webhooks = List.copyOf(webhooks);
    }

    /**
     * Reads the settings, and the files that they name.
     *
     * @param setting the value of an environment variable
     * @throws IllegalArgumentException with a message of one line, which has nothing that is secret
     */
    public static NoticeSettings of(Function<String, Optional<String>> setting) {
        String given = setting.apply(WEBHOOKS).orElse("");
        List<String> names = words(given);
        boolean valid =
                names.stream().allMatch(name -> NAME.matcher(name).matches() && !NAMES_OF_OTHERS.contains(name));
        if (!valid || names.size() > MOST || new HashSet<>(names).size() < names.size()) {
            throw refused(
                    WEBHOOKS,
                    given,
                    "up to " + MOST
                            + " different names with commas, each of 1 to 30 of a-z, 0-9 and -, beginning with a letter, and none of "
                            + String.join(" and ", new TreeSet<>(NAMES_OF_OTHERS)));
        }
        return new NoticeSettings(
                names.stream().map(name -> webhook(name, setting)).toList(), KafkaSettings.of(setting));
    }

    /**
     * Checks that each variable of a webhook belongs to one that is named, and that each of Kafka is one.
     *
     * @throws IllegalArgumentException with a message of one line
     */
    public static void check(Map<String, String> environment) {
        Set<String> known = words(environment.getOrDefault(WEBHOOKS, "")).stream()
                .flatMap(name -> KEYS.stream().map(key -> variable(name, key)))
                .collect(Collectors.toSet());
        environment.forEach((name, value) -> {
            if (name.startsWith(KAFKA) && !value.isBlank() && !KafkaSettings.VARIABLES.contains(name)) {
                throw new IllegalArgumentException(
                        name + ": is no setting; allowed: " + String.join(", ", KafkaSettings.VARIABLES));
            }
            if (name.startsWith(PREFIX) && !value.isBlank() && !known.contains(name)) {
                throw new IllegalArgumentException(name + ": belongs to no webhook of " + WEBHOOKS + "; allowed: "
                        + PREFIX + ", the name of one in capitals with _ for -, and " + String.join(", ", KEYS));
            }
        });
    }

    private static Webhook webhook(String name, Function<String, Optional<String>> setting) {
        NoticeFormat format = format(variable(name, "FORMAT"), setting);
        return new Webhook(
                name,
                url(name, setting),
                format,
                secret(name, format, setting),
                authorities(variable(name, "CA_FILE"), setting),
                actions(variable(name, "ACTIONS"), setting));
    }

    private static NoticeFormat format(String variable, Function<String, Optional<String>> setting) {
        String given = setting.apply(variable).orElse(NoticeFormat.GENERIC.wireName());
        return NoticeFormat.find(given).orElseThrow(() -> refused(variable, given, NoticeFormat.allowed()));
    }

    /** The address may be a secret, so it is not repeated. */
    private static WebhookUrl url(String name, Function<String, Optional<String>> setting) {
        String variable = variable(name, "URL");
        String inFile = variable(name, "URL_FILE");
        Optional<String> given = setting.apply(variable);
        Optional<String> file = setting.apply(inFile);
        if (given.isPresent() == file.isPresent()) {
            throw new IllegalArgumentException(variable + ": got " + (given.isPresent() ? "both" : "neither")
                    + "; allowed: either it or " + inFile);
        }
        return given.map(url -> url(url, variable))
                .orElseGet(() -> SecretFile.open(inFile, Path.of(file.orElseThrow()), text -> url(text, "its content"))
                        .now());
    }

    private static WebhookUrl url(String text, String variable) {
        return WebhookUrl.parse(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(variable + ": is not an address; allowed: " + WebhookUrl.ALLOWED));
    }

    private static @Nullable SecretFile<SigningKeys> secret(
            String name, NoticeFormat format, Function<String, Optional<String>> setting) {
        String variable = variable(name, "SECRET_FILE");
        Optional<String> file = setting.apply(variable);
        if (file.isEmpty() && format.signed()) {
            throw refused(
                    variable,
                    "",
                    "with the format " + format.wireName() + " a file with the secret that signs, see docs/notices.md");
        }
        return file.isEmpty() ? null : SecretFile.open(variable, Path.of(file.get()), SigningKeys::parse);
    }

    private static @Nullable Path authorities(String variable, Function<String, Optional<String>> setting) {
        Path file = setting.apply(variable).map(Path::of).orElse(null);
        if (file != null && !Certificates.areIn(file)) {
            throw refused(variable, file.toString(), "a file with certificates in PEM that this user may read");
        }
        return file;
    }

    private static Set<String> actions(String variable, Function<String, Optional<String>> setting) {
        String given = setting.apply(variable).orElse("");
        Set<String> known =
                Arrays.stream(AuditAction.values()).map(AuditAction::wireName).collect(Collectors.toSet());
        List<String> actions = words(given);
        if (!known.containsAll(actions)) {
            throw refused(variable, given, "actions of the audit trail with commas, such as rolled_back,promoted");
        }
        return Set.copyOf(actions);
    }

    private static String variable(String name, String key) {
        return PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_') + "_" + key;
    }

    /** What stands between commas. */
    private static List<String> words(String list) {
        List<String> words = new ArrayList<>();
        for (String word : list.split(",", -1)) {
            if (!word.isBlank()) {
                words.add(word.strip());
            }
        }
        return words;
    }

    private static IllegalArgumentException refused(String name, String got, String allowed) {
        return new IllegalArgumentException(name + ": got \"" + got + "\"; allowed: " + allowed);
    }
}
