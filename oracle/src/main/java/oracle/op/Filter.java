package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.Types;
import oracle.fn.Fn;
import oracle.fn.Predicates;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Predicate;

/** {@code s = filter s0 pred=P}: absent values pass a plain predicate (S3). */
public final class Filter implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    Predicate<Object, Object> p = predicate(b, l);
    return l.has("name") ? s.filter(p, Build.named(l)) : s.filter(p);
  }

  static Predicate<Object, Object> predicate(Build b, Line l) {
    Fn.Predicate f = Predicates.of(l.get("pred"));
    if (Fn.sees(l.get("pred"))) return f::test;
    Object zero = Types.zero(b.from(l, 0).key);
    return (k, v) -> v == null || f.test(k == null ? zero : k, v);
  }
}
