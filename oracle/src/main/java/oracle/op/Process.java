package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.fn.Processors;
import org.apache.kafka.streams.kstream.KStream;

/** {@code s = process s0 store proc=P}. */
public final class Process implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    String store = b.in(l, 1);
    return l.has("name") ? s.process(Processors.of(l.get("proc")).with(store), Build.named(l), store) : s.process(Processors.of(l.get("proc")).with(store), store);
  }
}
