"""A backend whose outputs are reference tokens: after a run in update mode every flow from output to input can be read off the graph."""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from marquee.conformance.book import Book, Reference
from marquee.conformance.literals import literal
from marquee.conformance.properties import by_property, to_snake
from marquee.conformance.schema import Field, Map, Object, Scalar, Schema, Sequence, Shape
from marquee.conformance.tokens import terraform_type
from marquee.engine import Created, Request, Secret, Value, sdk
from marquee.engine import hints as sdk_shapes

_KEYED_BY_DOMAIN: Final = frozenset({("aws_acm_certificate", "domain_validation_options")})
"""Lists with an entry a domain of the certificate, in no promised order: they are addressed by the domain."""
_STAND_IN_ACCOUNT: Final = "111122223333"  # of AWS's documentation
_STAND_IN_REGION: Final = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """A call of a provider function, to be made by Terraform as a data source."""

    type_name: str
    name: str
    args: Mapping[str, Value]
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a reference points while the outputs of one resource are made."""

    urn: str
    address: str
    type_name: str
    region: str
    account: str


@dataclass
class References:
    """Implements `marquee.engine.Backend`; one instance a run.

    A type that the provider does not know gets plain stand-ins, and so does what the program only reads (`Resource.get`):
    Terraform does not manage either.
    """

    schema: Schema
    book: Book = field(default_factory=Book)
    addresses: dict[str, str] = field(default_factory=dict[str, str])
    """URN → address, of what Terraform is to make."""
    data_sources: list[DataSource] = field(default_factory=list[DataSource])
    external: set[str] = field(default_factory=set[str])
    """URNs of what exists already."""

    def create(self, request: Request) -> Created:
        """A token for every output that is a text or a number."""
        name = terraform_type(request.type, self.schema.resources)
        place = self._place(request, name)
        if name is None:
            return self._stand_ins(request, f"{request.name}-id")
        self.addresses[request.urn] = place.address
        shape = self.schema.resource(name)
        outputs = self._outputs(place, shape, sdk.output_types(request.type), request.inputs)
        return Created(id=self._id(place, shape), outputs=outputs, simulated=True)

    def read(self, request: Request, id: str) -> Created:
        """Stand-ins under the id asked for."""
        self.external.add(request.urn)
        return self._stand_ins(request, id)

    def invoke(self, token: str, args: Mapping[str, Value], provider_inputs: Mapping[str, Value]) -> Mapping[str, Value]:
        """Tokens for what the data source of that name will answer."""
        found = sdk.function_result(token)
        name = terraform_type(re.sub(r"([/:])get", r"\1", token), self.schema.data_sources)
        region = str(args.get("region") or provider_inputs.get("region") or _STAND_IN_REGION)
        types: Mapping[str, Any] = sdk.result_types(found) if found else {}
        source = DataSource(type_name=name or "", name=f"call_{len(self.data_sources)}", args=args, region=region)
        place = _Place(
            urn=token, address=f"data.{name}.{source.name}", type_name=name or "", region=region, account=_account(provider_inputs)
        )
        if name is None:
            return {**args, **self._plain(place, types)}
        self.data_sources.append(source)
        return {**args, **self._outputs(place, self.schema.data_source(name), types, {})}

    def _place(self, request: Request, type_name: str | None) -> _Place:
        name = re.sub(r"[^A-Za-z0-9_-]", "_", request.name)
        name = name if name[:1].isalpha() else f"r_{name}"
        taken = set(self.addresses.values())
        address = f"{type_name}.{name}"
        while address in taken:
            address += "_"
        region = str(_plain(request.inputs.get("region")) or request.provider_inputs.get("region") or _STAND_IN_REGION)
        account = _account(request.provider_inputs)
        return _Place(urn=request.urn, address=address, type_name=type_name or to_snake(request.type), region=region, account=account)

    def _stand_ins(self, request: Request, id: str) -> Created:
        place = self._place(request, None)
        return Created(id=id, outputs={**self._plain(place, sdk.output_types(request.type)), **request.inputs}, simulated=True)

    @staticmethod
    def _plain(place: _Place, types: Mapping[str, Any]) -> dict[str, Value]:
        """Made-up texts for what the provider at hand does not know."""
        shapes = {name: sdk_shapes.shape_of(hint) for name, hint in types.items()}
        return {
            name: literal(place.type_name, to_snake(name), 0, region=place.region, account=place.account)
            for name, shape in shapes.items()
            if shape == sdk_shapes.Plain("string")
        }

    def _id(self, place: _Place, shape: Object) -> str:
        """A few types of the provider have no `id`; Pulumi's is then the ARN, or what the type is named by."""
        texts = [part for part in shape.fields.values() if part.shape == Scalar("string")]
        candidates = ["id", "arn", *(part.name for part in texts if part.required), *(part.name for part in texts)]
        attribute = next((name for name in candidates if name in shape.fields), None)
        return self._text(place, attribute, f"{place.address}.{attribute}", None) if attribute else place.address

    def _outputs(self, place: _Place, shape: Object, types: Mapping[str, Any], inputs: Mapping[str, Value]) -> dict[str, Value]:
        fields = by_property(shape, place.type_name)
        outputs: dict[str, Value] = {}
        for name, hint in types.items():
            part, given = fields.get(name), _plain(inputs.get(name))
            if part is None:
                outputs |= self._plain(place, {name: hint}) if given is None else {}
                continue
            expression = f"{place.address}.{part.name}"
            if (place.type_name, part.name) in _KEYED_BY_DOMAIN:
                outputs[name] = self._by_domain(place, part, inputs)
            elif isinstance(given, str) and part.shape == Scalar("string"):
                known = None if self.book.references_in(given) else given
                outputs[name] = self._text(place, part.name, expression, known)
            elif given is None and (part.computed or part.required):  # Pulumi itself makes up a required name
                outputs[name] = self._value(place, part.name, part.shape, sdk_shapes.shape_of(hint), expression)
            elif isinstance(given, dict):
                block = cast("dict[str, Value]", given)
                if more := self._beside(place, part.shape, block, expression):
                    outputs[name] = {**block, **more}
        return outputs

    def _beside(self, place: _Place, shape: Shape, given: Mapping[str, Value], expression: str) -> dict[str, Value]:
        """The texts of a block that the provider fills in beside what the program gave."""
        inner: Shape = shape.item if isinstance(shape, Sequence) else shape
        if isinstance(shape, Sequence):
            expression = f"{expression}[0]" if shape.ordered else f"tolist({expression})[0]"
        fields: Mapping[str, Field] = by_property(inner) if isinstance(inner, Object) else {}
        return {
            name: self._text(place, part.name, f"{expression}.{part.name}", None)
            for name, part in fields.items()
            if part.computed and part.shape == Scalar("string") and name not in given
        }

    def _value(self, place: _Place, attribute: str, shape: Shape, wanted: sdk_shapes.Shape, expression: str) -> Value:
        match shape:
            case Scalar("string"):
                return self._text(place, attribute, expression, None)
            case Scalar("number"):
                return self.book.number(self._reference(place, attribute, expression, None, 1))
            case Scalar():
                return False
            case Sequence():
                listed = isinstance(wanted, sdk_shapes.ListOf)
                inner = wanted.item if isinstance(wanted, sdk_shapes.ListOf) else wanted
                first = f"{expression}[0]" if shape.ordered else f"tolist({expression})[0]"
                item = self._value(place, attribute, shape.item, inner, first)
                return [item] if listed else item
            case Map():
                return {}
            case Object():
                return self._object(place, shape, wanted, expression)

    def _object(self, place: _Place, shape: Object, wanted: sdk_shapes.Shape, expression: str) -> Value:
        if not isinstance(wanted, sdk_shapes.ObjectOf):
            return {}
        fields, types = by_property(shape), sdk.result_types(wanted.cls)
        return {
            name: self._value(place, fields[name].name, fields[name].shape, sdk_shapes.shape_of(hint), f"{expression}.{fields[name].name}")
            for name, hint in types.items()
            if name in fields
        }

    def _by_domain(self, place: _Place, part: Field, inputs: Mapping[str, Value]) -> list[Value]:
        others: list[str] = inputs.get("subjectAlternativeNames") or []
        domains = dict.fromkeys([str(inputs.get("domainName")), *others])
        return [{"domainName": domain} | self._validation(place, part.name, domain) for domain in domains]

    def _validation(self, place: _Place, attribute: str, domain: str) -> dict[str, Value]:
        options = f"each in {place.address}.{attribute}"
        columns = {f"resourceRecord{name}": f"resource_record_{name.lower()}" for name in ("Name", "Type", "Value")}
        return {
            name: self._text(place, column, f'[for {options} : each.{column} if each.domain_name == "{domain}"][0]', None)
            for name, column in columns.items()
        }

    def _text(self, place: _Place, attribute: str, expression: str, known: str | None) -> str:
        # By address, not in the order of creation: equal in every run, so that two releases of a stack can be compared.
        serial = zlib.crc32(expression.encode())
        made_up = literal(place.type_name, attribute, serial, region=place.region, account=place.account)
        return self.book.text(self._reference(place, attribute, expression, known, made_up))

    @staticmethod
    def _reference(place: _Place, attribute: str, expression: str, known: str | None, stand_in: str | float) -> Reference:
        return Reference(urn=place.urn, address=place.address, expression=expression, attribute=attribute, known=known, stand_in=stand_in)


def _account(provider_inputs: Mapping[str, Value]) -> str:
    allowed = provider_inputs.get("allowedAccountIds") or [_STAND_IN_ACCOUNT]
    return str(allowed[0])


def _plain(value: Value) -> Value:
    return value.value if isinstance(value, Secret) else value
