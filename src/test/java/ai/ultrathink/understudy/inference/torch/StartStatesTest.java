package ai.ultrathink.understudy.inference.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code is as torch 1.13 and 2.13 write it, for traced, scripted and frozen networks. */
class StartStatesTest {

    private static final String LAYER = "torch.%s(input, %s, _9, True, 1, 0., False, False, True)";

    @ParameterizedTest
    @ValueSource(strings = {"lstm", "gru", "rnn_tanh", "rnn_relu"})
    void a_state_that_is_a_constant_is_fixed(String layer) {
        assertTrue(fixed("input = torch.unsqueeze(x, 1)", "y = " + LAYER.formatted(layer, "CONSTANTS.c0")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[CONSTANTS.c0, CONSTANTS.c1]",
                "[self.h, self.c]",
                "[torch.zeros([1, 1, 16]), torch.zeros([1, 1, 16], dtype=6)]",
                "text"
            })
    void what_is_not_made_from_the_input_is_fixed(String state) {
        assertTrue(fixed("input = torch.unsqueeze(x, 1)", "y, _1, _2 = " + LAYER.formatted("lstm", state)));
    }

    @Test
    void a_state_that_has_the_inputs_size_is_not_fixed() {
        assertFalse(fixed(
                "input = torch.unsqueeze(x, 1)",
                "max_batch_size = ops.prim.NumToTensor(torch.size(input, 0))",
                "_0 = int(max_batch_size)",
                "hx = torch.zeros([1, int(max_batch_size), 16], dtype=6)",
                "hx0 = torch.zeros([1, _0, 16], dtype=6)",
                "_1 = [hx, hx0]",
                "y, _3, _4 = " + LAYER.formatted("lstm", "_1")));
    }

    @Test
    void a_size_that_is_used_for_something_else_does_not_help() {
        assertTrue(fixed(
                "input = torch.view(x, [torch.size(x, 0), 1, -1])",
                "h = self.h",
                "y, _3, _4 = " + LAYER.formatted("lstm", "[h, h]")));
    }

    @Test
    void a_state_that_another_layer_leaves_is_not_fixed() {
        assertFalse(fixed(
                "input = torch.unsqueeze(x, 1)",
                "h = torch.zeros([1, torch.size(x, 0), 16])",
                "y, h0, c0, = " + LAYER.formatted("lstm", "[h, h]"),
                "z, _3, _4 = " + LAYER.formatted("lstm", "[h0, c0]")));
    }

    @Test
    void a_state_is_followed_to_where_a_layer_is_called() {
        String layer = """
                class LSTM(Module):
                  weight : Tensor
                  def forward(self: __torch__.torch.nn.modules.rnn.LSTM,
                    hx: Tensor,
                    hx0: Tensor,
                    input: Tensor) -> Tensor:
                    weight = self.weight
                    _0 = [hx, hx0]
                    y, _2, _3 = %s
                    return y
                """.formatted(LAYER.formatted("lstm", "_0"));

        assertTrue(StartStates.fixed(List.of(
                layer,
                forward("lstm = self.lstm", "h = self.h", "_0 = (lstm).forward(h, h, torch.unsqueeze(x, 1), )"))));
        assertFalse(StartStates.fixed(List.of(
                layer,
                forward(
                        "lstm = self.lstm",
                        "h = torch.expand(self.h, [1, torch.size(x, 0), 16])",
                        "_0 = (lstm).forward(h, h, torch.unsqueeze(x, 1), )"))));
    }

    @Test
    void code_without_recurrent_layers_has_no_start_state() {
        assertFalse(fixed("y = \"torch.lstm(input, CONSTANTS.c0, y)\"", "return torch.softmax(x, 1)"));
        assertEquals(false, StartStates.fixed(List.of()));
    }

    @Test
    void code_of_any_kind_is_done_with_soon() {
        StringBuilder calls = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            calls.append("  def f%d(self: M,\n    a: Tensor,\n    b: Tensor) -> Tensor:\n".formatted(i));
            calls.append("    c = (self).f%d(b, a, )\n    d = (self).f%d(a, b, )\n".formatted(i / 2, i * 7 % 2_000));
            calls.append("    y = torch.gru(a, b, c)\n");
        }
        String escapes = "x = \"" + "\\\\\\\"".repeat(200_000) + "\"\n";

        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> StartStates.fixed(
                        List.of(calls.toString(), escapes, "(".repeat(500_000), "def f(".repeat(1_000))));
    }

    private static boolean fixed(String... lines) {
        return StartStates.fixed(List.of(forward(lines)));
    }

    private static String forward(String... lines) {
        return "class L(Module):\n  h : Tensor\n  def forward(self: __torch__.L,\n    x: Tensor) -> Tensor:\n    "
                + String.join("\n    ", lines) + "\n";
    }
}
