import sys

from mock_services.queries.app import create_app
from mock_services.queries.operations import document
from mock_services.shared.command import Department, run
from mock_services.shared.settings import DepartmentSettings

DEPARTMENT = Department(
    module="mock_services.queries",
    title="人力资源和社会保障局 · 社保公积金查询: the social security department",
    settings=DepartmentSettings,
    create_app=create_app,
    document=document,
)

if __name__ == "__main__":
    sys.exit(run(DEPARTMENT))
