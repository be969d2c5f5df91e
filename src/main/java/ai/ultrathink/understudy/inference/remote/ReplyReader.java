package ai.ultrathink.understudy.inference.remote;

import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.oip.Datatype;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares a reply with its request. A server may leave out what the protocol lets it leave out; what it says must be right.
 *
 * @param id as the reply has it; empty if it has none, as the others
 * @param outputs the tensors of the reply
 */
record ReplyReader(String id, String model, String version, List<TensorMetadata> outputs) {

    private static final Set<Datatype> DECIMAL = Set.of(Datatype.FP32, Datatype.FP64);

    /** Reads the numbers of one output. */
    interface Numbers {
        FloatBuffer of(int output, Datatype datatype) throws RemoteException;
    }

    InferReply read(OipRequest request, RemoteTarget target, Numbers numbers, ExchangeTimes times)
            throws RemoteException {
        same("id", id, request.id());
        same("model_name", model, target.model());
        same("model_version", version, target.version());
        int chosen = chosen(request);
        TensorMetadata output = outputs.get(chosen);
        Datatype datatype = Datatype.of(output.datatype())
                .filter(DECIMAL::contains)
                .orElseThrow(() -> RemoteException.invalid("output " + ServerText.shown(output.name()) + " is "
                        + ServerText.shown(output.datatype()) + ", expected FP32 or FP64"));
        long[] shape = output.shape().stream().mapToLong(Long::longValue).toArray();
        NetworkOutput matrix = new NetworkOutput(shape, FloatBuffer.allocate(0));
        if (!matrix.isMatrix(request.rows(), request.actions())) {
            throw RemoteException.invalid("output has shape " + ServerText.shown(matrix.shape()) + ", expected ["
                    + request.rows() + ", " + request.actions() + "]");
        }
        FloatBuffer values = numbers.of(chosen, datatype);
        if (values.remaining() != request.rows() * request.actions()) {
            throw RemoteException.invalid("output has " + values.remaining() + " numbers, its shape " + matrix.shape()
                    + " needs " + request.rows() * request.actions());
        }
        return new InferReply(version, output.shape(), values, times);
    }

    private static void same(String field, String got, @Nullable String expected) throws RemoteException {
        if (expected != null && !got.isEmpty() && !got.equals(expected)) {
            String text = "its reply has " + field + " " + ServerText.shown(got) + ", expected " + expected;
            throw field.equals("id") ? RemoteException.invalid(text) : RemoteException.changed(text);
        }
    }

    private int chosen(OipRequest request) throws RemoteException {
        List<String> names = outputs.stream().map(TensorMetadata::name).toList();
        String name = request.output();
        Integer index = request.outputIndex();
        if (name != null) {
            int at = names.indexOf(name);
            if (at < 0) {
                throw RemoteException.invalid(
                        "its reply has no output " + name + "; it has " + ServerText.shown(names));
            }
            return at;
        }
        if (index != null && index < names.size()) {
            return index;
        }
        if (names.size() != 1 || index != null) {
            throw RemoteException.invalid("its reply has " + names.size() + " outputs " + ServerText.shown(names)
                    + "; name the one with the scores as output.name in model.json");
        }
        return 0;
    }
}
