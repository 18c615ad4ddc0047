package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** {@code st = timed-store name=N [global=yes]}: for processors, values with timestamps. */
public final class TimedStore implements Operator {
  @Override public Object build(Build b, Line l) {
    if (!l.has("global")) b.builder.addStateStore(builder(l));
    return l.get("name");
  }

  static StoreBuilder<?> builder(Line l) {
    return Stores.timestampedKeyValueStoreBuilder(Stores.inMemoryKeyValueStore(l.get("name")), Build.key(l), Build.val(l));
  }
}
