package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.Types;
import oracle.fn.Fn;
import oracle.fn.Predicates;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.BranchedKStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Predicate;

/** {@code s = branch b pred=P [as=N]} and {@code s = default b [as=N]}: absent values are for the default (S131). */
public final class Branch implements Operator {
  @Override public Object build(Build b, Line l) {
    BranchedKStream<Object, Object> split = b.in(l, 0);
    Object[] out = new Object[1];
    Branched<Object, Object> to = l.has("as")
        ? Branched.withConsumer((KStream<Object, Object> s) -> out[0] = s, l.get("as"))
        : Branched.withConsumer((KStream<Object, Object> s) -> out[0] = s);
    if (l.op.equals("default")) split.defaultBranch(to);
    else split.branch(predicate(b, l), to);
    return out[0];
  }

  private static Predicate<Object, Object> predicate(Build b, Line l) {
    Fn.Predicate f = Predicates.of(l.get("pred"));
    if (Fn.sees(l.get("pred"))) return f::test;
    Object zero = Types.zero(b.from(l, 0).key);
    return (k, v) -> v != null && f.test(k == null ? zero : k, v);
  }
}
