package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** {@code st = kv-store name=N [global=yes]}: for processors; a global one is added by what fills it. */
public final class KvStore implements Operator {
  @Override public Object build(Build b, Line l) {
    if (!l.has("global")) b.builder.addStateStore(builder(l));
    return l.get("name");
  }

  static StoreBuilder<?> builder(Line l) {
    return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(l.get("name")), Build.key(l), Build.val(l));
  }
}
