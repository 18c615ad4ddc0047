package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.Types;
import oracle.fn.Fn;
import oracle.fn.Predicates;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Predicate;

/** {@code s = filter-not s0 pred=P}: absent values pass (S133). */
public final class FilterNot implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    Fn.Predicate f = Predicates.of(l.get("pred"));
    Object zero = Types.zero(b.from(l, 0).key);
    Predicate<Object, Object> p = (k, v) -> v != null && f.test(k == null ? zero : k, v);
    return l.has("name") ? s.filterNot(p, Build.named(l)) : s.filterNot(p);
  }
}
