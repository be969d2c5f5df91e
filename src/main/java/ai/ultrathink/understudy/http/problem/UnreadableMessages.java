package ai.ultrathink.understudy.http.problem;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.inject.Singleton;

/** Says of a gRPC call that its message cannot be read: the gRPC server passes on no such message, and then reports that none came. */
@Singleton
@GlobalInterceptor
class UnreadableMessages implements ServerInterceptor {

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
        return new SimpleForwardingServerCallListener<Q>(next.startCall(call, metadata)) {

            private boolean read;

            @Override
            public void onMessage(Q message) {
                read = true;
                super.onMessage(message);
            }

            @Override
            public void onHalfClose() {
                if (read) {
                    super.onHalfClose();
                } else {
                    call.close(
                            Status.INVALID_ARGUMENT.withDescription(
                                    "message: got bytes that are no message of protobuf; allowed: one that the call takes"),
                            new Metadata());
                }
            }
        };
    }
}
