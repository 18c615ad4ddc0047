package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.fn.Readers;
import org.apache.kafka.streams.kstream.KStream;

/** {@code s = ask s0 g proc=P}: the processor reads a global store, to which nothing connects it. */
public final class Ask implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    String store = b.in(l, 1);
    return l.has("name") ? s.process(Readers.of(l.get("proc")).with(store), Build.named(l)) : s.process(Readers.of(l.get("proc")).with(store));
  }
}
