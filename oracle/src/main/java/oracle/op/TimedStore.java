package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.state.Stores;

/** {@code st = timed-store name=N}: for processors, values with timestamps. */
public final class TimedStore implements Operator {
  @Override public Object build(Build b, Line l) {
    b.builder.addStateStore(Stores.timestampedKeyValueStoreBuilder(Stores.inMemoryKeyValueStore(l.get("name")), Build.key(l), Build.val(l)));
    return l.get("name");
  }
}
