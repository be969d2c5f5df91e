package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders that no one should leave in a models directory: each is refused by name, and the others serve. */
@Tag("libtorch")
@SuppressWarnings("NullAway") // a null fails the test
class HostileFoldersTest {

    private static final String SOUND = "sound";

    @TempDir
    Path directory = Path.of("");

    private Path root = directory;
    private Models models = models(directory);

    @BeforeEach
    void put() throws IOException {
        root = Files.createDirectory(directory.resolve("models"));
        models = models(root);
        ScriptedModel.write(root.resolve(SOUND), ScriptedModel.SOUND);
        ScriptedModel.write(root.resolve("odd"), ScriptedModel.SOUND);
    }

    @AfterEach
    void stop() {
        models.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.pt", "model.json"})
    void a_named_pipe_is_not_waited_for(String file) throws Exception {
        Path pipe = replaced(file);
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());

        assertRefused(file + ": got a pipe, a socket or a device; allowed: a regular file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.pt", "model.json"})
    void a_socket_is_not_read(String file) throws IOException {
        Path socket = replaced(file);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));

            assertRefused(file + ": got a pipe, a socket or a device; allowed: a regular file");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.pt", "model.json"})
    void a_directory_is_not_a_file(String file) throws IOException {
        Files.createDirectory(replaced(file));

        assertRefused(file + ": got a directory; allowed: a regular file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/zero", "/etc/passwd", "../../outside"})
    void a_link_that_leads_out_is_not_followed(String target) throws IOException {
        Files.writeString(directory.resolve("outside"), "{}");
        Files.createSymbolicLink(replaced("model.json"), Path.of(target));

        assertRefused("model.json is a link that leads out of the models directory; allowed: a file in that directory");
    }

    @Test
    void a_folder_that_lies_elsewhere_is_not_followed() throws IOException {
        Files.move(root.resolve("odd"), directory.resolve("elsewhere"));
        Files.createSymbolicLink(root.resolve("odd"), directory.resolve("elsewhere"));

        assertRefused("model.json is a link that leads out of the models directory; allowed: a file in that directory");
    }

    @Test
    void links_to_nowhere_and_in_circles_are_named() throws IOException {
        Files.createSymbolicLink(replaced("model.pt"), Path.of("gone"));
        assertRefused("model.pt is a link to a file that is not there");

        Files.createSymbolicLink(replaced("model.pt"), Path.of("model.pt"));
        assertTrue(reason().startsWith("model.pt cannot be read: "), reason());
    }

    /** As Kubernetes mounts a ConfigMap or a Secret: the files are links to a folder that is swapped whole. */
    @Test
    void a_volumes_links_within_the_directory_work_and_so_does_its_next_version() throws IOException {
        Path volume = root.resolve("volume");
        Files.createDirectory(volume);
        ScriptedModel.write(volume.resolve("..2026_11_28"), ScriptedModel.SOUND);
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..2026_11_28"));
        Files.createSymbolicLink(volume.resolve("model.pt"), Path.of("..data", "model.pt"));
        Files.createSymbolicLink(volume.resolve("model.json"), Path.of("..data", "model.json"));
        String before = String.valueOf(status("volume").digest());

        ScriptedModel.write(
                volume.resolve("..2026_11_29"), "y = torch.slice(x, 1, 1, 4)", "return torch.softmax(y, 1)");
        Files.delete(volume.resolve("..data"));
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..2026_11_29"));

        ModelStatus after = status("volume");
        assertEquals(ModelStatus.State.LOADED, after.state(), after.toString());
        assertTrue(!before.equals(after.digest()), "it is the same version");
    }

    @Test
    void a_volume_of_several_models_shows_its_own_folders_to_nobody() throws IOException {
        ScriptedModel.write(root.resolve("..2026_11_28").resolve("linked"), ScriptedModel.SOUND);
        Files.createSymbolicLink(root.resolve("..data"), Path.of("..2026_11_28"));
        Files.createSymbolicLink(root.resolve("linked"), Path.of("..data", "linked"));

        assertEquals(ModelStatus.State.LOADED, status("linked").state());
        assertEquals(3, models.status().size(), models.status().toString());
    }

    @Test
    void a_network_that_is_too_large_is_not_opened() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(replaced("model.pt").toFile(), "rw")) {
            file.setLength(3L << 30);
        }

        assertRefused("model.pt: got 3221225472 bytes; allowed: up to 1048576, or another"
                + " UNDERSTUDY_INFERENCE_MAX_NETWORK_SIZE");
    }

    @Test
    void a_card_that_is_too_large_is_not_opened() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(replaced("model.json").toFile(), "rw")) {
            file.setLength(3L << 30);
        }

        assertRefused("model.json: got 3221225472 bytes; allowed: up to 1048576");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000_000})
    void a_network_of_zeros_is_none(int size) throws IOException {
        Files.write(replaced("model.pt"), new byte[size]);

        assertTrue(reason().startsWith("not a TorchScript module"), reason());
    }

    @Test
    void a_folder_with_one_of_its_files_or_none_is_listed() throws IOException {
        Files.delete(root.resolve("odd/model.json"));
        Files.createDirectory(root.resolve("empty"));
        Files.createDirectory(root.resolve("card only"));
        Files.copy(root.resolve("sound/model.json"), root.resolve("card only/model.json"));
        Files.createDirectory(root.resolve("card_only"));
        Files.copy(root.resolve("sound/model.json"), root.resolve("card_only/model.json"));

        Map<String, ModelStatus> status = reload();

        assertEquals("model.json is missing", said(status, "odd"));
        assertEquals("model.pt is missing", said(status, "card_only"));
        assertEquals(
                "the folder's name: got \"card only\"; allowed: 1 to 255 of A-Z a-z 0-9 . _ -",
                said(status, "card only"));
        assertEquals(ModelStatus.State.IGNORED, status.get("empty").state());
        assertEquals("it holds neither model.pt nor model.json", said(status, "empty"));
        assertTrue(!models.known("empty") && !models.known("card only"));
    }

    @Test
    void a_network_of_five_gigabytes_of_nothing_is_not_opened() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(replaced("model.pt").toFile(), "rw")) {
            file.setLength(5L << 30);
        }

        assertRefused("model.pt: got 5368709120 bytes; allowed: up to 1048576, or another"
                + " UNDERSTUDY_INFERENCE_MAX_NETWORK_SIZE");
    }

    @Test
    void a_card_of_endless_depth_or_of_numbers_without_end_is_refused_in_few_words() throws IOException {
        List<String> cards = List.of(
                "[".repeat(500_000),
                "{\"a\":".repeat(100_000),
                "{\"version\": " + "9".repeat(900_000) + "}",
                "{\"version\": \"1\", \"input_size\": 1e999999999}",
                "{\"version\": \"1\", \"input_size\": 4, \"actions\": [" + "\"HOLD\",".repeat(100_000) + "\"BUY\"]}",
                "{\"" + "a".repeat(1_000_000) + "\": 1}");
        for (String card : cards) {
            Files.writeString(replaced("model.json"), card);
            String reason = reason();
            assertTrue(reason.startsWith("model.json"), reason);
            assertTrue(reason.length() < 400, () -> reason.length() + " characters: " + reason.substring(0, 400));
        }
    }

    @Test
    void thousands_of_folders_are_listed_and_delay_nobody() throws IOException {
        for (int i = 0; i < 2_000; i++) {
            Path folder = Files.createDirectory(root.resolve("a" + i));
            if (i % 2 == 0) {
                Files.writeString(folder.resolve("model.json"), "{}");
            }
        }

        Map<String, ModelStatus> status = reload();

        assertEquals(2_002, status.size());
        assertEquals("model.pt is missing", said(status, "a1998"));
        assertEquals("it holds neither model.pt nor model.json", said(status, "a1999"));
    }

    @Test
    void what_may_not_be_read_is_said() throws IOException {
        assumeTrue(!"root".equals(System.getProperty("user.name")), "root may read everything");
        Files.setPosixFilePermissions(root.resolve("odd/model.pt"), PosixFilePermissions.fromString("---------"));

        assertRefused("model.pt cannot be read: permission denied");
    }

    @Test
    void a_network_that_was_saved_on_a_graphics_card_runs_on_the_processor() throws IOException {
        Files.write(root.resolve("odd/model.pt"), ScriptedModel.archive("cuda:0", ScriptedModel.SOUND));

        assertEquals(
                ModelStatus.State.LOADED, status("odd").state(), status("odd").toString());
    }

    @Test
    void a_network_whose_code_asks_for_a_graphics_card_is_refused_in_few_words() throws IOException {
        ScriptedModel.write(
                root.resolve("odd"),
                "y = torch.add(x, torch.zeros([1, 4], dtype=6, layout=0, device=torch.device(\"cuda:0\")))",
                "return torch.softmax(torch.slice(y, 1, 0, 3), 1)");

        String said = reason();

        assertTrue(said.contains("its code asks for a graphics card"), said);
        assertTrue(said.length() < 450, said);
    }

    @Test
    void files_that_change_while_they_are_read_are_not_loaded() throws IOException {
        FolderContents contents = new ModelFolder("odd", root.resolve("odd")).contents();
        Files.writeString(root.resolve("odd/model.json"), "{}");

        IOException changed = assertThrows(ModelRefusedException.class, contents::checkUnchanged);

        assertTrue(String.valueOf(changed.getMessage()).startsWith("its files changed while they were read"));
    }

    @Test
    void a_folder_that_becomes_hostile_leaves_the_version_in_memory() throws Exception {
        reload();
        Path pipe = replaced("model.pt");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());

        assertEquals(ModelStatus.State.STALE, status("odd").state());
        assertTrue(models.find("odd").isPresent());
    }

    private Path replaced(String file) throws IOException {
        Path path = root.resolve("odd").resolve(file);
        Files.deleteIfExists(path);
        return path;
    }

    private void assertRefused(String reason) {
        assertEquals(reason, reason());
    }

    private String reason() {
        return said(reload(), "odd");
    }

    private static String said(Map<String, ModelStatus> status, String name) {
        return String.valueOf(status.get(name).reason());
    }

    private ModelStatus status(String name) {
        return reload().get(name);
    }

    private Map<String, ModelStatus> reload() {
        List<ModelStatus> status = assertTimeoutPreemptively(
                Duration.ofSeconds(30), () -> models.reload().await().atMost(Duration.ofSeconds(30)));
        Map<String, ModelStatus> byName =
                status.stream().collect(Collectors.toMap(ModelStatus::name, Function.identity()));
        assertEquals(ModelStatus.State.LOADED, byName.get(SOUND).state(), "the others serve");
        return byName;
    }

    private static Models models(Path root) {
        return new Models(
                QuickInference.directory(root), new QuickInference(), new EngineNetworkLoader(), new ManualTime());
    }
}
