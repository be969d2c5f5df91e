package ai.ultrathink.understudy.http.identity;

import java.nio.file.Path;

/** The file with the tokens. */
final class TokensFile {

    private final FollowedFile<Tokens> file;

    private TokensFile(FollowedFile<Tokens> file) {
        this.file = file;
    }

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException if it is not valid, with a message of one line
     */
    static TokensFile open(Path path) {
        return new TokensFile(FollowedFile.open("UNDERSTUDY_TOKENS_FILE", path, Tokens::parse));
    }

    Tokens tokens() {
        return file.content();
    }

    /** Follows the file, on a thread that may wait for the disk. */
    void follow() {
        file.follow();
    }

    void close() {
        file.close();
    }
}
