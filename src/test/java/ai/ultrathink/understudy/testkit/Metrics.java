package ai.ultrathink.understudy.testkit;

import java.util.stream.Stream;

/**
 * What a service has measured of itself.
 *
 * @param text in the format of Prometheus
 */
public record Metrics(String text) {

    /** The metrics of a service now. */
    public static Metrics of(ServiceProcess service) {
        return new Metrics(service.send("GET", "/q/metrics", "").body());
    }

    /** The sum of the series of a metric that carry all these labels, such as {@code reason="timeout"}; 0 when none does. */
    public double sum(String name, String... labels) {
        return text.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Stream.of(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
