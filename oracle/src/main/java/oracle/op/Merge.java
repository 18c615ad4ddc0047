package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.KStream;

/** {@code s = merge s0 s1}. */
public final class Merge implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    KStream<Object, Object> o = b.in(l, 1);
    return l.has("name") ? s.merge(o, Build.named(l)) : s.merge(o);
  }
}
