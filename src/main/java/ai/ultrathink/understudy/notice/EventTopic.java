package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.change.AuditRecord;
import ai.ultrathink.understudy.notice.KafkaConnection.Sending;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.util.List;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Sends events to a topic, as CloudEvents, with the experiment as the key. */
final class EventTopic implements NoticeChannel {

    static final String DESTINATION = "kafka";

    private final KafkaConnection connection;
    private final String topic;
    private final CloudEvent form;

    EventTopic(KafkaConnection connection, String topic, String source) {
        this.connection = connection;
        this.topic = topic;
        this.form = new CloudEvent(source);
    }

    @Override
    public String destination() {
        return DESTINATION;
    }

    @Override
    public Uni<SendResult> send(AuditRecord event) {
        String json = form.write(event).orElseThrow();
        return Uni.createFrom()
                .item(() -> connection.send(List.of(KafkaConnection.cloudEvent(topic, event.testId(), json))))
                .runSubscriptionOn(Infrastructure.getDefaultExecutor())
                .map(EventTopic::result);
    }

    private static SendResult result(Sending sending) {
        Throwable problem = sending.problem();
        if (problem == null) {
            return new SendResult.Sent();
        }
        String why = why(problem);
        return problem instanceof RecordTooLargeException
                ? new SendResult.Refused(why)
                : new SendResult.Failed(why, null);
    }

    static String why(Throwable problem) {
        Throwable cause = problem.getCause() == null ? problem : problem.getCause();
        return ReplyRules.line(cause.getClass().getSimpleName() + ": " + cause.getMessage());
    }

    @Override
    public void close() {
        connection.close();
    }
}
