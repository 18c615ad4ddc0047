package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.fn.Fn;
import oracle.fn.Pairs;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.KeyValueMapper;

/** {@code g = table-group-by t fn=F [name=N]}. */
public final class TableGroupBy implements Operator {
  @Override @SuppressWarnings("unchecked")
  public Object build(Build b, Line l) {
    KTable<Object, Object> t = b.in(l, 0);
    Fn.Value f = Pairs.of(l.get("fn"));
    KeyValueMapper<Object, Object, KeyValue<Object, Object>> m = (k, v) -> (KeyValue<Object, Object>) f.apply(Fn.seen(l.get("fn"), b.from(l, 0).key, k), v);
    return t.groupBy(m, GroupByKey.grouped(l));
  }
}
