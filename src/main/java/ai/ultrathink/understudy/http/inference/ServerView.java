package ai.ultrathink.understudy.http.inference;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What the server is, as the protocol has it. */
@Schema(name = "InferenceServer")
record ServerView(String name, String version, List<String> extensions) {}
