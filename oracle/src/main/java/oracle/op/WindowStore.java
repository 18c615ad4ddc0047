package oracle.op;

import java.time.Duration;
import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.state.Stores;

/** {@code st = window-store name=N retention=MS size=MS}: for processors. */
public final class WindowStore implements Operator {
  @Override public Object build(Build b, Line l) {
    b.builder.addStateStore(Stores.windowStoreBuilder(
        Stores.inMemoryWindowStore(l.get("name"), Duration.ofMillis(l.millis("retention")), Duration.ofMillis(l.millis("size")), false), Build.key(l), Build.val(l)));
    return l.get("name");
  }
}
