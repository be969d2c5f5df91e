package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.change.AuditRecord;
import ai.ultrathink.understudy.experiment.TimeSource;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Posts notices to a webhook, with the headers of Standard Webhooks. */
final class WebhookChannel implements NoticeChannel {

    /** Receivers behind proxies often close a connection after 5 idle seconds. */
    private static final int KEEP_ALIVE_SECONDS = 4;

    private final Webhook webhook;
    private final NoticeWriter writer;
    private final Duration within;
    private final Vertx vertx;
    private final HttpClient client;
    private final TimeSource time;

    WebhookChannel(Webhook webhook, NoticeConfig config, Vertx vertx, TimeSource time) {
        this.webhook = webhook;
        this.writer = webhook.format().writer(config.source());
        this.within = config.sendWithin();
        this.vertx = vertx;
        this.time = time;
        this.client = vertx.createHttpClient(options(webhook, config));
    }

    private static HttpClientOptions options(Webhook webhook, NoticeConfig config) {
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout((int) config.sendWithin().toMillis())
                .setMaxPoolSize(config.maxSending())
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setName("notices");
        Path authorities = webhook.authorities();
        return authorities == null
                ? options
                : options.setTrustOptions(new PemTrustOptions().addCertPath(authorities.toString()));
    }

    @Override
    public String destination() {
        return webhook.name();
    }

    @Override
    public Uni<SendResult> send(AuditRecord event) {
        Optional<String> body = webhook.wants(event.action()) ? writer.write(event) : Optional.empty();
        if (body.isEmpty()) {
            return Uni.createFrom().item(new SendResult.LeftOut());
        }
        // the secret is read from its file, for which an event loop must not wait
        return Uni.createFrom()
                .item(() -> request(event, body.get()))
                .runSubscriptionOn(Infrastructure.getDefaultExecutor())
                .chain(request -> Uni.createFrom()
                        .completionStage(HttpPost.send(vertx, client, request, Buffer.buffer(body.get()), within)
                                .toCompletionStage()))
                .map(reply -> ReplyRules.result(reply, time.now()))
                .onFailure()
                .recoverWithItem(failure -> new SendResult.Failed(why(failure), null));
    }

    private RequestOptions request(AuditRecord event, String body) {
        String id = NoticeId.of(event);
        Instant now = time.now();
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(webhook.url().host())
                .setPort(webhook.url().port())
                .setSsl(webhook.url().tls())
                .setURI(webhook.url().target())
                .setFollowRedirects(false)
                .putHeader("content-type", webhook.format().mediaType())
                .putHeader("user-agent", "understudy")
                .putHeader("webhook-id", id)
                .putHeader("webhook-timestamp", String.valueOf(now.getEpochSecond()));
        SecretFile<SigningKeys> secret = webhook.secret();
        if (secret != null) {
            request.putHeader("webhook-signature", secret.now().signature(id, now.getEpochSecond(), body));
        }
        return request;
    }

    private static String why(Throwable failure) {
        String message = failure.getMessage();
        return ReplyRules.line(message == null ? failure.getClass().getSimpleName() : message);
    }

    @Override
    public void close() {
        client.close();
    }
}
