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
    String type = b.from(l, 0).key;
    ValueMapperWithKey m = (k, v) -> f.apply(Fn.seen(l.get("fn"), type, k), v);
    if (!l.has("store")) return l.has("name") ? t.mapValues(m, Build.named(l)) : t.mapValues(m);
    return l.has("name") ? t.mapValues(m, Build.named(l), b.kept(l)) : t.mapValues(m, b.kept(l));
  }
}
