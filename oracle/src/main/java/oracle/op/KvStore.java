package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.state.Stores;

/** {@code st = kv-store name=N}: for processors. */
public final class KvStore implements Operator {
  @Override public Object build(Build b, Line l) {
    b.builder.addStateStore(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(l.get("name")), Build.key(l), Build.val(l)));
    return l.get("name");
  }
}
