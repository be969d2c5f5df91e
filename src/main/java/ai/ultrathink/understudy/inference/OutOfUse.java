package ai.ultrathink.understudy.inference;

/**
 * An event: a version of a model is not run as a treatment any more, because it ended its worker too often.
 *
 * @param reason as a clause whose subject is the version
 */
public record OutOfUse(String model, String reason) {}
