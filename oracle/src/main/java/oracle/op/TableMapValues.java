package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.fn.Fn;
import oracle.fn.Values;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.ValueMapperWithKey;

/** {@code t = table-map-values t0 fn=F [name=N] [store=S] [emit=every]}. */
public final class TableMapValues implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    KTable t = b.in(l, 0);
    Fn.Value f = Values.of(l.get("fn"));
    ValueMapperWithKey m = f::apply;
    if (!l.has("store")) return l.has("name") ? t.mapValues(m, Build.named(l)) : t.mapValues(m);
    return l.has("name") ? t.mapValues(m, Build.named(l), Build.kept(l)) : t.mapValues(m, Build.kept(l));
  }
}
