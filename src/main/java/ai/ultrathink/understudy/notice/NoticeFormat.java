package ai.ultrathink.understudy.notice;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The forms in which a webhook can get its notices. */
enum NoticeFormat {
    GENERIC("application/json", true) {
        @Override
        NoticeWriter writer(String source) {
            return new GenericNotice();
        }
    },
    CLOUDEVENTS(CloudEvent.MEDIA_TYPE, true) {
        @Override
        NoticeWriter writer(String source) {
            return new CloudEvent(source);
        }
    },
    SLACK("application/json", false) {
        @Override
        NoticeWriter writer(String source) {
            return new SlackMessage();
        }
    },
    ALERTMANAGER("application/json", false) {
        @Override
        NoticeWriter writer(String source) {
            return new AlertmanagerAlerts(source);
        }
    };

    private final String mediaType;
    private final boolean signed;

    NoticeFormat(String mediaType, boolean signed) {
        this.mediaType = mediaType;
        this.signed = signed;
    }

    abstract NoticeWriter writer(String source);

    String mediaType() {
        return mediaType;
    }

    /** Whether its receivers check signatures, so that a secret is needed. */
    boolean signed() {
        return signed;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<NoticeFormat> find(String wireName) {
        return Arrays.stream(values())
                .filter(format -> format.wireName().equals(wireName))
                .findFirst();
    }

    static String allowed() {
        return Arrays.stream(values()).map(NoticeFormat::wireName).collect(Collectors.joining(", "));
    }
}
