package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.Consumed;

/** {@code s = stream topic=T}. */
public final class Stream implements Operator {
  @Override public Object build(Build b, Line l) {
    Consumed<Object, Object> c = Consumed.with(Build.key(l), Build.val(l));
    return b.builder.stream(l.get("topic"), l.has("name") ? c.withName(l.get("name")) : c);
  }
}
