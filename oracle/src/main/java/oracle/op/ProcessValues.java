package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.fn.ValueProcessors;
import org.apache.kafka.streams.kstream.KStream;

/** {@code s = process-values s0 store proc=P}. */
public final class ProcessValues implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    String store = b.in(l, 1);
    return l.has("name") ? s.processValues(ValueProcessors.of(l.get("proc")).with(store), Build.named(l), store) : s.processValues(ValueProcessors.of(l.get("proc")).with(store), store);
  }
}
