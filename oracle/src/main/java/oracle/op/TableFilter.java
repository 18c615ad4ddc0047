package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.fn.Fn;
import oracle.fn.Predicates;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Predicate;

/** {@code t = table-filter t0 pred=P [not=yes] [name=N] [store=S] [emit=every]}. */
public final class TableFilter implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    KTable t = b.in(l, 0);
    Fn.Predicate f = Predicates.of(l.get("pred"));
    String type = b.from(l, 0).key;
    Predicate p = (k, v) -> f.test(Fn.seen(l.get("pred"), type, k), v);
    if (l.has("not")) {
      if (!l.has("store")) return l.has("name") ? t.filterNot(p, Build.named(l)) : t.filterNot(p);
      return l.has("name") ? t.filterNot(p, Build.named(l), b.kept(l)) : t.filterNot(p, b.kept(l));
    }
    if (!l.has("store")) return l.has("name") ? t.filter(p, Build.named(l)) : t.filter(p);
    return l.has("name") ? t.filter(p, Build.named(l), b.kept(l)) : t.filter(p, b.kept(l));
  }
}
