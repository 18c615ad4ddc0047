package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.fn.GlobalProcessors;

/** {@code g = global-store st topic=T proc=P}: the store is filled from the topic. */
public final class GlobalStore implements Operator {
  @Override public Object build(Build b, Line l) {
    Line from = b.from(l, 0);
    String store = b.in(l, 0);
    b.builder.addGlobalStore(from.op.equals("kv-store") ? KvStore.builder(from) : TimedStore.builder(from), l.get("topic"), Build.consumed(l), GlobalProcessors.of(l.get("proc")).with(store));
    return store;
  }
}
