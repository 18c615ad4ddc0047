package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.KStream;

/** {@code s = peek s0}: looks and passes on. */
public final class Peek implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    return s.peek((k, v) -> {});
  }
}
