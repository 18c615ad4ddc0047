package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.streams.kstream.KStream;

/** {@code g = group-by s0 key=F [name=N]}. */
public final class GroupBy implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    return s.groupBy(SelectKey.selector(b, l), GroupByKey.grouped(l));
  }
}
