package ai.ultrathink.understudy.inference.remote;

import ai.ultrathink.understudy.oip.Datatype;
import ai.ultrathink.understudy.oip.RawTensors;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** The numbers of a reply that came as bytes: the binary tensors of REST, and the raw contents of gRPC. */
final class TensorBytes {

    private TensorBytes() {}

    static FloatBuffer read(Datatype datatype, Buffer from, int offset, int size) throws RemoteException {
        if (size < 0 || offset < 0 || offset > from.length() - size) {
            throw RemoteException.invalid(
                    "its reply ends after " + from.length() + " bytes of tensors, expected " + ((long) offset + size));
        }
        return read(datatype, ByteBuffer.wrap(from.getBytes(offset, offset + size)));
    }

    static FloatBuffer read(Datatype datatype, ByteBuffer bytes) throws RemoteException {
        if (bytes.remaining() % datatype.size() != 0) {
            throw RemoteException.invalid(
                    "output has " + bytes.remaining() + " bytes, which are no whole numbers of " + datatype);
        }
        return FloatBuffer.wrap(RawTensors.numbers(datatype, bytes));
    }
}
